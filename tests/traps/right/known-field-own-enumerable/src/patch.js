export function hasField(record, field) {
  return Object.keys(record).includes(field);
}

// Applies { field: value } to a record; unknown fields are refused.
export function applyPatch(record, patch) {
  const result = { ...record };
  for (const [field, value] of Object.entries(patch)) {
    if (!hasField(record, field)) throw new Error(`unknown field: ${field}`);
    result[field] = value;
  }
  return result;
}

export function changedFields(before, after) {
  return Object.keys(after).filter((field) => !hasField(before, field) || before[field] !== after[field]);
}
