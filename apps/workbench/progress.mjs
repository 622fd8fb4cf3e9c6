// One line per step while work goes on, with the seconds it took when it is done.

/** Gives `step(line, work)` (runs the work, shows its duration, gives its result) and `say(line)`. */
export function progressOn(stream) {
  let open = 0; // steps whose line waits for its duration
  const say = (line) => {
    if (open > 0) stream.write('\n');
    open = 0;
    stream.write(`${line}\n`);
  };
  const step = async (line, work) => {
    const began = performance.now();
    if (open > 0) stream.write('\n');
    open += 1;
    const mine = open;
    stream.write(`  ${line} ...`);
    const result = await work();
    const took = ` ${((performance.now() - began) / 1000).toFixed(1)} s`;
    if (open === mine && mine === 1) stream.write(`${took}\n`);
    else say(`  ${line}:${took}`);
    open = 0;
    return result;
  };
  return { step, say };
}
