const { content } = await filesystem.list_directory({ path: "logs" });
const services = [...content.matchAll(/\[FILE\] (\S+)\.log/g)].map(([, service]) => service);
const counts = await Promise.all(services.map(async (service) => {
  const log = await filesystem.read_text_file({ path: `logs/${service}.log` });
  return { service, errors: log.content.split("\n").filter((line) => line.split(" ")[1] === "ERROR").length };
}));
return counts
  .sort((a, b) => b.errors - a.errors || a.service.localeCompare(b.service))
  .slice(0, 3)
  .map(({ service, errors }) => `${service}: ${errors}`);
