return Symbol("x");
