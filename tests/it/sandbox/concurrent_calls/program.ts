const results = await Promise.all([30, 10, 20].map((ms) => test.sleep({ ms })));
return results;
