document.documentElement.dataset['smartsupp'] = 'ready';
