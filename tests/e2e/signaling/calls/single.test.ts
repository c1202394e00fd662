import { testCalls } from './calls.testsuite.ts'

testCalls('single')
