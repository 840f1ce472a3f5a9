const a: Record<string, unknown> = {};
a.self = a;
return a;
