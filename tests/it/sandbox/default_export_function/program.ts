export default async function main(): Promise<string> {
  return "called";
}
