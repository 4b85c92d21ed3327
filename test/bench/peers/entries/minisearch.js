import MiniSearch from 'minisearch';

new MiniSearch({ fields: ['title', 'body'] }).search('words');
