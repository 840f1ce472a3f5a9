type Row = { name: string };
const rows: Row[] = [];

const first: string = rows[0].name.toUpperCase();
return first;
