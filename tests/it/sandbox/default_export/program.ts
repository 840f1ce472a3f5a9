interface Row { n: number }
const rows: Row[] = [{ n: 1 }, { n: 2 }];
export default rows.map((row) => row.n);
