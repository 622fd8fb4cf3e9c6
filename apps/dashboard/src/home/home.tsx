import { Boxes } from './boxes.js';
import { Devices } from './devices.js';
import { Hero } from './hero.js';

/** The first screen: how I am seen, what visitors see, which of my devices keep me there. */
export function Home() {
  return (
    <div class="home">
      <Hero />
      <Boxes />
      <Devices />
    </div>
  );
}
