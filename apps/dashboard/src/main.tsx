import { signal } from '@preact/signals';
import { render } from 'preact';
import './main.css';

const title = signal('Ampel');
const app = document.getElementById('app');
if (app) render(<h1>{title}</h1>, app);
