'use strict';

const PRIVATE = ['user', 'token', 'roles', 'refresh'];

function login(session, user) {
  session.user = user.name;
  session.token = `${user.name}-${session.id}`;
  session.roles = [...user.roles];
  return session;
}

// Forgets who was logged in; what belongs to the visitor stays.
function logout(session) {
  for (const field of PRIVATE) delete session[field];
  return session;
}

function isLoggedIn(session) {
  return session.user !== undefined && session.token !== undefined;
}

function serialize(session) {
  return JSON.stringify(session);
}

module.exports = { isLoggedIn, login, logout, serialize };
