export default async function tearDown() {
  const kept = await globalThis.stopSharedServers?.();
  if (kept) console.error(`databases of failed specs were kept in ${kept}: npm run kept -- ${kept}`);
}
