/** Stands in a recording where a picture was too large, or too private, to leave the page. The player draws something over it. */
export const EMPTY_IMAGE = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';
