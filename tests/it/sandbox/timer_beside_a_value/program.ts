setInterval(() => {}, 1);
return "done";
