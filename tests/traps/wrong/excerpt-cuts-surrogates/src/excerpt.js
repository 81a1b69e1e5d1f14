'use strict';

function stripMarkup(text) {
  return text.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ').trim();
}

// The first characters of a text, with an ellipsis where something is left out.
function excerpt(text, limit) {
  const characters = [...stripMarkup(text)];
  if (characters.length <= limit) return characters.join('');
  return characters.slice(0, limit - 1).join('').trimEnd() + '…';
}

function feed(posts, limit = 40) {
  return posts.map((post) => ({ id: post.id, teaser: excerpt(post.html, limit) }));
}

module.exports = { excerpt, feed, stripMarkup };
