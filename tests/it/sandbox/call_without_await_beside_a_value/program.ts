test.sleep({ ms: 20 });
return "done";
