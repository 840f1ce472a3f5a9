const parse = (text: string): unknown => JSON.parse(text);
function outer(): unknown {
  return parse("{");
}
export default outer();
