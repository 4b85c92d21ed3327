/** [W4] So far down a line everybody hears their place. Further back a number says little: they hear that more than so many are before them. */
export const PLACES_TOLD = 50;
