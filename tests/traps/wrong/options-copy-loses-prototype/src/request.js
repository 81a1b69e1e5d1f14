'use strict';

class Request {
  constructor(method, url, headers = {}) {
    this.method = method;
    this.url = url;
    this.headers = headers;
  }

  toString() {
    const lines = [`${this.method} ${this.url} HTTP/1.1`];
    for (const [name, value] of Object.entries(this.headers)) lines.push(`${name}: ${value}`);
    return lines.join('\r\n');
  }
}

function withHeader(request, name, value) {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(request)), request);
  copy.headers = { ...request.headers, [name.toLowerCase()]: value };
  return copy;
}

function authorize(requests, token) {
  return requests.map((request) => (request.url.startsWith('/public/') ? request : withHeader(request, 'Authorization', `Bearer ${token}`)));
}

module.exports = { Request, authorize, withHeader };
