import { expect, test } from 'vitest'
import { collectLabel, labelChanges, showLabels } from './labels.ts'

test('labels are collected one by one', () => {
  expect(collectLabel('team=shop', collectLabel('example.org/env=prod'))).toEqual({
    'example.org/env': 'prod',
    team: 'shop',
  })
  expect(collectLabel('empty=')).toEqual({ empty: '' })
})

test.each(['env', '=prod', 'a b=c', 'env=a b', '-x=1', `k=${'v'.repeat(64)}`])('"%s" is not a label', text => {
  expect(() => collectLabel(text)).toThrow(/is not a label/)
})

test('changes set and remove', () => {
  expect(labelChanges(['env=prod', 'old-', 'a-b=c-'.replace('c-', 'c')])).toEqual({
    env: 'prod',
    old: null,
    'a-b': 'c',
  })
})

test('a change that says two things of one label is refused', () => {
  expect(() => labelChanges(['env=prod', 'env-'])).toThrow('given twice')
  expect(() => labelChanges(['env'])).toThrow('is not a change')
})

test('labels are shown in the order of their keys', () => {
  expect(showLabels({ b: '2', a: '1' })).toBe('a=1,b=2')
})

test('what is no label is quoted in part, however long it is', () => {
  expect(() => collectLabel(`a=${'v'.repeat(5000)}`)).toThrow(/^"v{80}" is not a label value/)
})
