export default async function tearDown() {
  await globalThis.sharedAmpel?.stop();
  await globalThis.sharedAmpel?.discard();
}
