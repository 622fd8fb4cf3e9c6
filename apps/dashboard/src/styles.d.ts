/** The bundler takes a style sheet that is imported along; nothing is imported from it. */
declare module '*.css';
