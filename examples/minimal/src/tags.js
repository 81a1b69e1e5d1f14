export function tagNames(articles) {
  return articles.reduce((names, article) => [...names, article.tag.trim()], []);
}
