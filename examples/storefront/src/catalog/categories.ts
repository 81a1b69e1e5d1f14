import { ShopError, type Category } from "../types.js";

export interface CategoryTree {
  byId: Map<string, Category>;
  children: Map<string, Category[]>;
  roots: Category[];
}

export interface Crumb {
  label: string;
  href: string;
}

export function buildTree(categories: readonly Category[]): CategoryTree {
  const byId = new Map<string, Category>();
  const children = new Map<string, Category[]>();
  const roots: Category[] = [];
  for (const category of categories) {
    if (byId.has(category.id)) {
      throw new ShopError("duplicate-category", `Category ${category.id} is listed twice`);
    }
    byId.set(category.id, category);
  }
  for (const category of categories) {
    if (category.parentId === null) {
      roots.push(category);
      continue;
    }
    const siblings = children.get(category.parentId);
    if (siblings === undefined) {
      children.set(category.parentId, [category]);
    } else {
      siblings.push(category);
    }
  }
  return { byId, children, roots };
}

/** From the root to the category itself. */
export function pathTo(tree: CategoryTree, id: string): Category[] {
  const path: Category[] = [];
  let current = tree.byId.get(id);
  while (current !== undefined) {
    path.push(current);
    if (path.length > tree.byId.size) {
      throw new ShopError("category-cycle", `Category ${id} is its own ancestor`);
    }
    current = current.parentId === null ? undefined : tree.byId.get(current.parentId);
  }
  return path.reverse();
}

/** One trail per level, each a prefix of the next, as the mega menu shows them. */
export function breadcrumbTrails(tree: CategoryTree, id: string): Crumb[][] {
  const trails: Crumb[][] = [];
  let trail: Crumb[] = [];
  let href = "/c";
  for (const category of pathTo(tree, id)) {
    href = `${href}/${category.id}`;
    trail = [...trail, { label: category.name, href }];
    trails.push(trail);
  }
  return trails;
}

export function descendantIds(tree: CategoryTree, id: string): string[] {
  const found: string[] = [];
  for (const child of tree.children.get(id) ?? []) {
    found.push(child.id);
    for (const grandchild of descendantIds(tree, child.id)) {
      found.push(grandchild);
    }
  }
  return found;
}
