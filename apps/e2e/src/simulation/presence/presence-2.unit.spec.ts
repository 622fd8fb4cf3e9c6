import { describePresence } from './presence-seeds.fixture.js';

describePresence(151, 150);
