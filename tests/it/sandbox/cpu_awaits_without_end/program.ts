while (true) await null;
