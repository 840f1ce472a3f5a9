const { spreadsheets } = await sheets.list_spreadsheets({});
const [leads, pipeline] = ["Inbound leads 2026", "Sales pipeline"].map((title) => spreadsheets.find((found) => found.title === title).id);
const { sheets: [{ row_count, header }] } = await sheets.get_spreadsheet({ spreadsheet_id: leads });

const starts: number[] = [];
for (let start = 2; start <= row_count; start += 1000) starts.push(start);
const pages = await Promise.all(starts.map((start) => sheets.get_values({ spreadsheet_id: leads, range: `Leads!A${start}:M${start + 999}` })));

const countries = ["Germany", "Austria", "Switzerland"];
const kept = pages
  .flatMap(({ values }) => values)
  .map((row) => Object.fromEntries(header.map((name, index) => [name, row[index]])))
  .filter((lead) => countries.includes(lead.country) && lead.employees >= 500 && lead.score >= 90 && lead.stage === "qualified");

await Promise.all(countries.map((country) => sheets.append_values({
  spreadsheet_id: pipeline,
  range: country,
  values: kept.filter((lead) => lead.country === country).map((lead) => [lead.company, lead.contact, lead.email, lead.employees, lead.score]),
})));
return kept.map(({ company, contact, email }) => `${company}: ${contact} <${email}>`);
