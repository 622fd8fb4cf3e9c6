class ChatboxStatus extends HTMLElement {
  connectedCallback(): void {
    this.attachShadow({ mode: 'open' });
  }
}

if (!customElements.get('chatbox-status')) customElements.define('chatbox-status', ChatboxStatus);
