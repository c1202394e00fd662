import { testMessages } from './messages.testsuite.ts'

testMessages('flex')
