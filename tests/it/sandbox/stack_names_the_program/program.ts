const before = 1;

  const error: Error = new Error("here");
return error.stack!.includes("program.ts:3:");
