export default async function tearDown() {
  const kept = await globalThis.stopSharedServers?.();
  if (kept) process.stderr.write(`databases of failed specs were kept in ${kept}: npm run kept -- ${kept}\n`); // its console ended with the specs
}
