const row = 3;
throw new Error(`row ${row}: cannot import the date`);
