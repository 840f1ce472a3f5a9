return {
  fine: 1,
  get broken(): number {
    throw new RangeError("while it was read");
  },
};
