// One line per step while work goes on, with the seconds it took when it is done.

/** Gives `step(line, work)` (runs the work, shows its duration, gives its result) and `say(line)`. */
export function progressOn(stream) {
  let open; // the step whose line still waits for its duration
  const close = () => {
    if (open !== undefined) stream.write('\n');
    open = undefined;
  };
  const say = (line) => {
    close();
    stream.write(`${line}\n`);
  };
  const step = async (line, work) => {
    const began = performance.now();
    close();
    stream.write(`  ${line} ...`);
    open = line;
    const result = await work();
    const seconds = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    if (open === line) stream.write(` ${seconds}\n`);
    else say(`  ${line}: ${seconds}`); // something was said meanwhile
    open = undefined;
    return result;
  };
  return { step, say };
}
