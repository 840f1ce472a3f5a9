await Promise.all(Array.from({ length: 12 }, () => test.sleep({ ms: 5 })));
return (await test.most_in_flight({})).most;
