return [await test.sleep({ ms: 500 }), await new Promise((resolve) => setTimeout(resolve, 300, "timer"))];
