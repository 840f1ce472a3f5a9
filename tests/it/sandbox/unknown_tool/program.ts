return await test.ehco({});
