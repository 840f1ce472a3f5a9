try {
  for (;;) {}
} finally {
  for (;;) {}
}
