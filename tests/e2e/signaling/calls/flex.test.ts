import { testCalls } from './calls.testsuite.ts'

testCalls('flex')
