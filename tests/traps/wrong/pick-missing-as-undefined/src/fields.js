// Public views of records: which fields a role may see.
const VIEWS = {
  guest: ['id', 'name'],
  member: ['id', 'name', 'email', 'joined'],
  admin: ['id', 'name', 'email', 'joined', 'notes', 'flags'],
};

export function pick(record, fields) {
  return fields.reduce((view, field) => {
    if (Object.keys(record).includes(field)) view[field] = record[field];
    return view;
  }, {});
}

export function viewFor(role, records) {
  const fields = VIEWS[role];
  if (!fields) throw new RangeError(`unknown role: ${role}`);
  return records.map((record) => pick(record, fields));
}

export function toResponse(role, records) {
  return JSON.stringify({ role, items: viewFor(role, records) });
}
