export function copy(document) {
  return JSON.parse(JSON.stringify(document));
}

export class Drafts {
  constructor() {
    this.versions = [];
  }

  save(document) {
    this.versions.push(copy(document));
    return this.versions.length - 1;
  }

  restore(version) {
    if (!this.versions[version]) throw new RangeError(`no version ${version}`);
    return copy(this.versions[version]);
  }

  titles() {
    return this.versions.map((document) => document.title);
  }
}
