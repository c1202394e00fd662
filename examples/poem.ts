/** "The Tyger", first stanza (William Blake, 1794). */
export const poem = `Tyger Tyger, burning bright,
In the forests of the night;
What immortal hand or eye,
Could frame thy fearful symmetry?`
