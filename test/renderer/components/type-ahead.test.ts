import { expect, test } from 'vitest';
import { findTyped, TypedLetters } from '../../../renderer/components/type-ahead.ts';

const orders = ['Stratified', 'Confidence', 'MaskGIT', 'Uniform', 'Halton', 'Curve'];

test('letters lead to the option that begins with them, and one letter again and again goes around', () => {
  expect(findTyped(orders, 'c', 0)).toBe(1);
  expect(findTyped(orders, 'cu', 1)).toBe(5);
  expect(findTyped(orders, 'c', 1)).toBe(5);
  expect(findTyped(orders, 'cc', 5)).toBe(1);
  expect(findTyped(orders, 'MASK', 2)).toBe(2);
  expect(findTyped(orders, 'c', -1)).toBe(1);
  expect(findTyped(orders, 'x', 0)).toBeNull();
  expect(findTyped([], 'x', 0)).toBeNull();
  expect(findTyped(['按序', '随机'], '随', 0)).toBe(1);
});

test('a pause begins a new word', () => {
  const typed = new TypedLetters();
  expect(typed.add('m', 1000)).toBe('m');
  expect(typed.add('a', 1300)).toBe('ma');
  expect(typed.isTyping(1500)).toBe(true);
  expect(typed.isTyping(5000)).toBe(false);
  expect(typed.add('h', 5000)).toBe('h');
  typed.forget();
  expect(typed.isTyping(5001)).toBe(false);
});
