const answers: Record<string, string | number> = {
  "Email": "mira@acme.example", "Department": "Sales", "Destination": "Lyon", "First day": "2026-11-16",
  "Last day": "2026-11-18", "Transport": "Train", "Class": "Second", "Hotel": "City centre", "Nights": 2,
  "Cost centre": "Customer visits", "Estimate in EUR": 640,
};
let step = await forms.start_form({ form: "travel-request" });
while (!step.complete) {
  const values: Record<string, unknown> = {};
  for (const { name, label, options } of step.fields) {
    values[name] = options ? options.find((option) => option.label === answers[label]).id : answers[label];
  }
  step = await forms.submit_step({ token: step.token, values });
}
return step.number;
