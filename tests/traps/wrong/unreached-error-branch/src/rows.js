const isValid = (row) => typeof row.name === 'string' && row.name !== '' && Number.isInteger(row.age);

// Messages for the user; rows are numbered from 1.
export function invalidRows(rows) {
  if (rows.every(isValid)) return [];
  return rows
    .map((row, i) => ({ row, number: i + 1 }))
    .filter(({ row }) => !isValid(row))
    .map(({ row, number }) => `row ${number}: ${JSON.stringify(row)}`);
}

export function load(text) {
  const rows = text.split('\n').filter(Boolean).map((line) => {
    const [name, age] = line.split(',');
    return { name, age: Number(age) };
  });
  const problems = invalidRows(rows);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return rows;
}
