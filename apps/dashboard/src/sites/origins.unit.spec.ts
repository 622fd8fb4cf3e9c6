import { expect, it } from '@jest/globals';
import { originsOf } from './origins.js';

it.each([
  ['https://www.example.com', ['https://www.example.com']],
  ['https://Shop.Example/cart?x=1\nhttp://localhost:3000/', ['https://shop.example', 'http://localhost:3000']],
  ['www.example.com, www.example.com/about', ['https://www.example.com']],
  ['https://bücher.example', ['https://xn--bcher-kva.example']],
  ['*', ['*']],
  ['  \n ', []],
])('origins of %j are %j', (text, origins) => expect(originsOf(text)).toEqual(origins));
