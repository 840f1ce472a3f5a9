const node = () => ({
  get next() { return node(); },
});
return node();
