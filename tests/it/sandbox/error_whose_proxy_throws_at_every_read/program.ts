throw new Proxy(new Error("inside"), {
  get() {
    throw 1;
  },
});
