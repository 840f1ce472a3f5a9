let status = await deployments.create_deployment({ service: "storefront-web", version: "4.19.0", environment: "production" });
while (status.phase === "progressing") {
  await new Promise((done) => setTimeout(done, 5));
  status = await deployments.get_deployment({ deployment_id: status.id, after_generation: status.generation });
}
const restarts = status.pods.reduce((sum, pod) => sum + pod.restarts, 0);
return { phase: status.phase, revision: status.revision, digest: status.image.digest, restarts };
