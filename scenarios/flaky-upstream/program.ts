async function retried<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}

const quotes = ["CHF", "GBP", "USD"];
const rates_of = quotes.map((quote) => retried(() => rates.get_rate({ base: "EUR", quote, date: "2026-09-30" })));
return (await Promise.all(rates_of)).map(({ quote, rate }) => `${quote}: ${rate}`);
