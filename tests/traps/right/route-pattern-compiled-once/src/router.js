'use strict';

const ROUTES = [
  { method: 'GET', path: '/', name: 'home' },
  { method: 'GET', path: '/users', name: 'users' },
  { method: 'GET', path: '/users/:id', name: 'user' },
  { method: 'PUT', path: '/users/:id', name: 'update' },
  { method: 'GET', path: '/posts/:slug/comments/:number', name: 'comment' },
  { method: 'GET', path: '/files/*', name: 'file' },
];

function compile(path) {
  const source = path.replace(/:(\w+)/g, '(?<$1>[^/]+)').replace(/\*/g, '(?<rest>.*)');
  return new RegExp(`^${source}$`);
}

function matchRoute(method, path) {
  for (const route of ROUTES) {
    if (route.method !== method) continue;
    const match = compile(route.path).exec(path);
    if (match) return { name: route.name, params: { ...match.groups } };
  }
  return null;
}

function dispatch(requests) {
  return requests.map(([method, path]) => matchRoute(method, path)?.name ?? 'not found');
}

module.exports = { dispatch, matchRoute };
