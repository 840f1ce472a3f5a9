for (let i = 0; ; i++) await test.echo({ i });
