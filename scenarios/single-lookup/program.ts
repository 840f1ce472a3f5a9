const { rate } = await rates.get_rate({ base: "EUR", quote: "CHF", date: "2026-09-30" });
return rate;
